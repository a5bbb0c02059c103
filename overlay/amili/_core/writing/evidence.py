"""Evidence of a write: what it changes at the vendor, and the verdict on whether it happened.

No I/O. A verdict is `Confirmed` (it happened), `Absent` (no sign of it, which is proof only after the settling time) or
`Inconclusive` (something happened that may or may not be this write). Nothing is guessed. Evidence holds no personal data, so an
error or a journal may contain it.
"""

from amili._core.writing.cancellation_evidence import CancellationEvidence
from amili._core.writing.crediting_evidence import CreditingEvidence
from amili._core.writing.registration_evidence import RegistrationEvidence

Evidence = RegistrationEvidence | CreditingEvidence | CancellationEvidence

__all__ = ["CancellationEvidence", "CreditingEvidence", "Evidence", "RegistrationEvidence"]
