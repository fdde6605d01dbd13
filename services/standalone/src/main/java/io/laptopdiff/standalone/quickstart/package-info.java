/** What the quickstart runs: the bundled model, drawn data and a short recipe. */
package io.laptopdiff.standalone.quickstart;
