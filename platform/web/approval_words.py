"""How an approval stands, and what somebody did in it, in words."""

from __future__ import annotations

STATES = {
    "running": ("In approval", "blue"),
    "approved": ("Approved", "green"),
    "rejected": ("Rejected", "red"),
    "withdrawn": ("Withdrawn", "gray"),
}
VERBS = {
    "submit": ("submitted it", "send"),
    "approve": ("approved", "circle-check"),
    "reject": ("rejected it", "circle-x"),
    "acknowledge": ("has read it", "eye"),
    "return": ("returned it to {to}", "arrow-back-up"),
    "delegate": ("asked {to} to decide instead", "user-share"),
    "add_signer": ("asked {to}, too", "user-plus"),
    "withdraw": ("withdrew it", "x"),
    "take_back": ("took their decision back", "arrow-back-up"),
    "cc": ("let {to} read along", "eye"),
    "remind": ("reminded those who are asked", "bell"),
    "comment": ("wrote", "message"),
    "move": ("moved it to the new version of the graph", "refresh"),
    "overdue": ("waited too long", "clock"),
    "pass_on": ("gave what was asked of {person} to {to}", "user-share"),
    "drop_out": ("took {person} out of those who are asked", "x"),
    "approved": ("It is approved.", "circle-check"),
    "rejected": ("It is rejected.", "circle-x"),
    "withdrawn": ("It is withdrawn.", "x"),
}
ENDS = ("approved", "rejected", "withdrawn")


def words_of(verb: str, node_type: str) -> tuple[str, str]:
    """What somebody did, as a template, and its icon."""
    if verb == "approve" and node_type == "start":
        return "submitted it again", "send"
    return VERBS[verb]
