/** What a distillation step costs on this machine; figures only, for a command to show. */
package io.laptopdiff.distillation.bench;
