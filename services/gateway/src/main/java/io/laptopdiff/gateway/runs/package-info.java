/** Taking in, finding and cancelling runs. */
package io.laptopdiff.gateway.runs;
