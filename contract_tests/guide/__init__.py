"""The vendor's sample documents, each with its source."""

from contract_tests.guide.documents import FOLDER, GuideDocument, guide_documents

__all__ = [
    "FOLDER", "GuideDocument", "guide_documents",
]  # fmt: skip
