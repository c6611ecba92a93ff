"""Waking through Celery, over Redis or RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery

from .opening import MOST_WAITING, PATIENCE_SECONDS, QUEUE

TASK = "typecase.wake"
KEPT_SECONDS = 60
"""A message nobody has taken by then is dropped: who polls has long done the work."""


class CeleryWaker:
    def __init__(self, broker: str) -> None:
        self._celery = open_queue(broker)

    def send(self, workspace: str) -> None:
        with self._celery.producer_pool.acquire(block=True, timeout=PATIENCE_SECONDS) as producer:
            queue = self._celery.amqp.queues[QUEUE](producer.channel)
            if queue.queue_declare().message_count < MOST_WAITING:
                self._celery.send_task(
                    TASK, (workspace,), producer=producer, expires=KEPT_SECONDS, retry=False
                )


def open_waker(broker: str) -> CeleryWaker:
    return CeleryWaker(broker)


def open_queue(broker: str) -> Celery:
    """An application with one queue, JSON only, without results; not connected yet."""
    celery = Celery(QUEUE, broker=broker, set_as_current=False)
    transport = {"socket_connect_timeout": PATIENCE_SECONDS} if "redis" in broker else {}
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue=QUEUE,
        task_acks_late=False,
        broker_connection_timeout=PATIENCE_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_transport_options=transport,
        worker_send_task_events=False,
    )
    return celery


def add_task(celery: Celery, work: Callable[[str], object]) -> Any:
    """The one task there is: do ``work``."""

    def wake(workspace: str) -> None:
        work(workspace)

    return celery.task(name=TASK)(wake)
