"""The shop of the runtime's tests, fresh for each test, on both databases."""

from tests.runtime.conftest import shop as shop
