/** What operators ask a gateway about its machine. */
package io.laptopdiff.gateway.doctor;
