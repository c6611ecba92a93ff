"""Brokers that wake workers: huey and Celery. What is to be done stays in our own tables."""
