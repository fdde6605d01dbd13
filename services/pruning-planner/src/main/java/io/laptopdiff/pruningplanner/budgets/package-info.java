/** What a variant asks to be saved, and what must stay: parameters, operations, time, memory. */
package io.laptopdiff.pruningplanner.budgets;
