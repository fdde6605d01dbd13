package io.laptopdiff.gateway.rest;

import java.util.List;

/** The newest runs first. */
record RunList(List<RunSummary> runs) {}
