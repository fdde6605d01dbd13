package io.laptopdiff.contracts;

/** A message that tells of something that happened. */
public sealed interface Event extends Message
        permits RunRequested,
                RunCancelRequested,
                RunDeleted,
                ScoringStarted,
                UnitsScored,
                RemovalsMeasured,
                ScoringSettled,
                AdditivityAudited,
                ShardPrepared,
                StageFailed,
                VariantEvent {}
