/** Work that takes hours on one record: acknowledged at its end, stopped when it is in vain. */
package io.laptopdiff.messaging.jobs;
