"""What happens **because** a record changed, or time passed."""
