/** The whole state of one run: its lifecycle, and where each of its variants is. */
package io.laptopdiff.contracts.status;
