package io.laptopdiff.contracts;

/** Something that happened. */
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
