/** What is drawn, from which captions and seeds, and how it is shown side by side. */
package io.laptopdiff.evaluation.images;
