"""Our errors → HTTP statuses: one table, used by pages and API alike."""

from __future__ import annotations

from .. import errors

STATUSES: tuple[tuple[type[errors.TypecaseError], int], ...] = (
    (errors.DefinitionsInvalid, 422),
    (errors.BadRequest, 400),
    (errors.SignInRequired, 401),
    (errors.AccessDenied, 403),
    (errors.NotFound, 404),
    (errors.RecordInvalid, 422),
    (errors.StaleRecord, 412),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.Locked, 423),
    (errors.TooManyAttempts, 429),
    (errors.Unavailable, 503),
)
"""The first class that fits counts, so a subclass stands above its base."""


def status_of(error: errors.TypecaseError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def retry_after(error: errors.TypecaseError) -> int | None:
    """Seconds for ``Retry-After``, where waiting helps."""
    if isinstance(error, errors.TooManyAttempts):
        return error.seconds
    return 2 if isinstance(error, errors.Unavailable) else None
