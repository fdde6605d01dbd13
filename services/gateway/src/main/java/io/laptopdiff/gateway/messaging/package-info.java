/** Carries events between the topics and what the gateway shows. */
package io.laptopdiff.gateway.messaging;
