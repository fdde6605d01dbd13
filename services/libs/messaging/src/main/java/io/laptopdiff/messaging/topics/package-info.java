/** Makes the topics that a service needs and does not find. */
package io.laptopdiff.messaging.topics;
