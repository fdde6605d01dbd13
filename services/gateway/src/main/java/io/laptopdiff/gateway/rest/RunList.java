package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.MayBeAbsent;
import java.util.List;

/**
 * The newest runs first.
 *
 * @param next cursor of the next page; absent on the last
 */
record RunList(List<RunSummary> runs, @MayBeAbsent String next) {}
