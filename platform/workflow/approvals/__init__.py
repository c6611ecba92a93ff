"""Approvals: a case walks through a graph, people decide on its tasks, all of it leaves a trail."""
