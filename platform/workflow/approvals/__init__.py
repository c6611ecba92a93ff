"""Approvals: a case walks through a graph, people decide on its tasks, everything leaves a trail."""
