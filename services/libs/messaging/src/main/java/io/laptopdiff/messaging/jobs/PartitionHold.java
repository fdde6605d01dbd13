package io.laptopdiff.messaging.jobs;

import org.apache.kafka.common.TopicPartition;

/**
 * Which hold on a partition a record came under.
 *
 * @param group consumer group
 * @param times how often the partition had been taken away from this process before
 */
record PartitionHold(String group, TopicPartition partition, long times) {}
