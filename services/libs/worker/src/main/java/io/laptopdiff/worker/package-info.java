/** Workers take no job before their engine was found to compute right numbers. */
package io.laptopdiff.worker;
