/** The paper's claims, tested on any small teacher by whole runs. */
package io.laptopdiff.experiments;
