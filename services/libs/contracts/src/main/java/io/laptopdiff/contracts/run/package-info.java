/** What a user asks for: teacher, calibration, variants, distillation recipe, evaluation. */
package io.laptopdiff.contracts.run;
