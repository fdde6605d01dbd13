/** The commands of the command line. */
package io.laptopdiff.standalone.command;
