"""What every part of the stand-in works on: the documents, the clock, and what is assumed."""
