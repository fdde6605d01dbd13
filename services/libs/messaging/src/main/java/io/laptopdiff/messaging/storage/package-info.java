/** The artifacts' places as beans that every service of a process shares. */
package io.laptopdiff.messaging.storage;
