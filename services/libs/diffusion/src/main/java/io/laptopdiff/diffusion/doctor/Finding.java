package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.common.Explained;

/**
 * Something that keeps the program from working, from working well, or that a reader of the figures
 * must know.
 *
 * @param what is found, without a full stop
 * @param where file, option, port or operator
 * @param howToFix what the reader can do about it; it also says where nothing need be done
 */
public record Finding(String what, String where, String howToFix) implements Explained {

    static Finding of(Explained problem) {
        return new Finding(problem.what(), problem.where(), problem.howToFix());
    }
}
