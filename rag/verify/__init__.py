"""Verification: each sentence that a language model writes is checked against the sentences that it cites.

The tier of facts (`quantities`, `names`, `polarity`, `roles`) says which numbers, days and names the cited text has and what it
denies; the tier of meaning (`meaning`) how near it comes to the whole and to each clause (`clauses`). What they make of it together is
learned (`rag/model.py`, "support").
"""

from rag.verify.verifier import LIKELY, SURE, Verdict, Verifier

__all__ = ["LIKELY", "SURE", "Verdict", "Verifier"]
