package io.laptopdiff.contracts;

/** Something that happened. */
public sealed interface Event extends Message
        permits RunRequested,
                RunCancelRequested,
                ScoringStarted,
                UnitsScored,
                RemovalsMeasured,
                ScoringSettled,
                AdditivityAudited,
                ShardPrepared,
                StageFailed,
                VariantEvent {}
