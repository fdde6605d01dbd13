package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.plan.PruningPlan;

/** What plan.json holds. */
record PlanReport(String runId, String variant, String criterion, PruningPlan plan) {}
