package io.laptopdiff.pruningplanner.search;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.pruningplanner.budgets.Budget;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.budgets.Resource;
import io.laptopdiff.pruningplanner.knapsack.Bonus;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A problem as an integer program for OR-Tools' CP-SAT: one variable a unit, one a bonus. Losses
 * are whole numbers of 2^-50 of their sum, so that plans nearer to each other than that tie.
 */
final class PlanModel {
    private static final double GRID = 0x1p50;

    /**
     * The longest search, in CP-SAT's own count of its work, about seconds, so that it ends alike
     * on every machine. Real problems take milliseconds; losses that are all alike can take long.
     */
    private static final double PATIENCE = 20;

    /**
     * The longest search for the order of plans that cost the same: what is found by then is taken.
     */
    private static final double PATIENCE_FOR_TIES = 1;

    /** Units whose order one objective can tell. */
    private static final int CHUNK = 40;

    private final PlanningProblem problem;
    private final CpModel model = new CpModel();
    private final List<BoolVar> removed = new ArrayList<>();
    private final Map<String, BoolVar> byPath = new HashMap<>();
    private final List<BoolVar> bonuses = new ArrayList<>();
    private Set<String> chosen = Set.of();

    PlanModel(PlanningProblem problem) {
        NativeSolver.load();
        this.problem = problem;
        for (ScoredUnit unit : problem.units()) {
            BoolVar variable = model.newBoolVar(unit.path());
            removed.add(variable);
            byPath.put(unit.path(), variable);
        }
        problem.bonuses().forEach(this::addBonus);
        problem.keep().forEach(unit -> model.addEquality(byPath.get(unit), 0));
        problem.removed().forEach(unit -> model.addEquality(byPath.get(unit), 1));
        problem.stages().forEach(this::addMinimum);
        problem.budgets().forEach(budget -> model.addGreaterOrEqual(saved(budget), budget.least()));
        if (problem.hasMaximum()) {
            model.addLessOrEqual(parameters(), problem.mostParameters());
        }
    }

    /** Adds a variable that is 1 exactly if the whole group goes. */
    private void addBonus(Bonus bonus) {
        BoolVar all = model.newBoolVar("bonus " + bonus.units());
        Literal[] units = bonus.units().stream().map(byPath::get).toArray(Literal[]::new);
        model.addMinEquality(all, units);
        bonuses.add(all);
    }

    private void addMinimum(String stage, List<String> units) {
        int minimum = problem.minimumUnits().getOrDefault(stage, 0);
        if (minimum > 0) {
            Literal[] variables = units.stream().map(byPath::get).toArray(Literal[]::new);
            model.addLessOrEqual(LinearExpr.sum(variables), units.size() - minimum);
        }
    }

    private LinearExprBuilder parameters() {
        LinearExprBuilder sum = LinearExpr.newBuilder();
        for (int u = 0; u < removed.size(); u++) {
            sum.addTerm(removed.get(u), problem.units().get(u).parameters());
        }
        for (int b = 0; b < bonuses.size(); b++) {
            sum.addTerm(bonuses.get(b), problem.bonuses().get(b).parameters());
        }
        return sum;
    }

    private LinearExprBuilder saved(Budget budget) {
        if (budget.resource() == Resource.PARAMETERS) {
            return parameters();
        }
        LinearExprBuilder sum = LinearExpr.newBuilder();
        for (int u = 0; u < removed.size(); u++) {
            sum.addTerm(removed.get(u), budget.savings().get(u));
        }
        return sum;
    }

    private LinearExprBuilder losses() {
        double all = problem.units().stream().mapToDouble(ScoredUnit::loss).sum();
        double scale = all > 0 ? GRID / all : 0;
        LinearExprBuilder sum = LinearExpr.newBuilder();
        for (int u = 0; u < removed.size(); u++) {
            sum.addTerm(removed.get(u), Math.round(problem.units().get(u).loss() * scale));
        }
        return sum;
    }

    /** The least loss, then the fewest parameters, then the earliest units; others than these. */
    Optional<Removal> cheapest(List<Set<String>> others) {
        others.forEach(this::exclude);
        OptionalLong least = optimum(losses(), false);
        if (least.isEmpty()) {
            return Optional.empty();
        }
        model.addLessOrEqual(losses(), least.getAsLong());
        breakTies();
        List<String> units = problem.ordered(chosen);
        return Optional.of(new Removal(units, problem.parameters(chosen), problem.loss(units)));
    }

    private void breakTies() {
        OptionalLong fewest = preference(parameters(), false);
        if (fewest.isPresent()) {
            model.addLessOrEqual(parameters(), fewest.getAsLong());
        }
        for (int from = 0; fewest.isPresent() && from < removed.size(); from += CHUNK) {
            LinearExprBuilder order = LinearExpr.newBuilder();
            int to = Math.min(removed.size(), from + CHUNK);
            for (int u = from; u < to; u++) {
                order.addTerm(removed.get(u), 1L << (to - 1 - u));
            }
            OptionalLong earliest = preference(order, true);
            if (earliest.isEmpty()) {
                return;
            }
            model.addGreaterOrEqual(order, earliest.getAsLong());
        }
    }

    /**
     * Returns the best value of a preference; empty if it took too long: then the best that was
     * found is chosen.
     */
    private OptionalLong preference(LinearExprBuilder objective, boolean largest) {
        model.clearHints();
        problem.units()
                .forEach(
                        unit ->
                                model.addHint(
                                        byPath.get(unit.path()),
                                        chosen.contains(unit.path()) ? 1 : 0));
        CpSolver solver = new CpSolver();
        CpSolverStatus status = solve(solver, objective, largest, PATIENCE_FOR_TIES);
        return status == CpSolverStatus.OPTIMAL
                ? OptionalLong.of(Math.round(solver.objectiveValue()))
                : OptionalLong.empty();
    }

    private void exclude(Set<String> set) {
        Literal[] different =
                problem.units().stream()
                        .map(
                                unit ->
                                        set.contains(unit.path())
                                                ? byPath.get(unit.path()).not()
                                                : byPath.get(unit.path()))
                        .toArray(Literal[]::new);
        model.addBoolOr(different);
    }

    /**
     * The most of a budget's resource that the problem lets be saved; empty if it allows nothing.
     */
    OptionalLong most(Budget budget) {
        return optimum(saved(budget), true);
    }

    /** Returns whether any set meets all constraints. */
    boolean isPossible() {
        return optimum(LinearExpr.newBuilder(), false).isPresent();
    }

    /** The fewest parameters that the problem lets go; empty if it allows nothing. */
    OptionalLong fewestParameters() {
        return optimum(parameters(), false);
    }

    /** Returns the optimum of the objective; empty if nothing meets all constraints. */
    private OptionalLong optimum(LinearExprBuilder objective, boolean largest) {
        CpSolver solver = new CpSolver();
        CpSolverStatus status = solve(solver, objective, largest, PATIENCE);
        if (status == CpSolverStatus.INFEASIBLE) {
            return OptionalLong.empty();
        }
        if (status != CpSolverStatus.OPTIMAL) {
            throw new StageException(
                    "No plan could be proven best in good time; the solver says " + status,
                    "budgets",
                    "Ask for fewer budgets at once, or for 'ratio' alone.");
        }
        return OptionalLong.of(Math.round(solver.objectiveValue()));
    }

    private CpSolverStatus solve(
            CpSolver solver, LinearExprBuilder objective, boolean largest, double patience) {
        if (largest) {
            model.maximize(objective);
        } else {
            model.minimize(objective);
        }
        // One worker, so that the same problem has the same way to its answer.
        solver.getParameters().setNumWorkers(1).setRandomSeed(1).setMaxDeterministicTime(patience);
        CpSolverStatus status = solver.solve(model);
        model.clearObjective();
        if (status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.FEASIBLE) {
            chosen = new HashSet<>();
            for (ScoredUnit unit : problem.units()) {
                if (solver.booleanValue(byPath.get(unit.path()))) {
                    chosen.add(unit.path());
                }
            }
        }
        return status;
    }

    /** OR-Tools' library, unpacked from its own jar at the first use. */
    private static final class NativeSolver {
        private NativeSolver() {}

        static void load() {
            try {
                Loader.loadNativeLibraries();
            } catch (RuntimeException | LinkageError e) {
                throw new StageException(
                        "OR-Tools' solver cannot be loaded here: " + e.getMessage(),
                        "budgets",
                        "Run pruning-planner on Linux x86-64, or ask for 'ratio' and 'keep' alone,"
                                + " which need no solver.",
                        e);
            }
        }
    }
}
