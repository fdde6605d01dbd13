package io.laptopdiff.contracts;

/** Something that one worker is to do. */
public sealed interface Command extends Message permits ScoreUnits, MeasureRemovals, PrepareShard {}
