package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pulls model calls out of projections and filters into {@link ModelCalls} below them, which get
 * only the columns and rows that are needed:
 *
 * <pre>
 * Project [id, llm(text) AS a]        Project [id, r AS a]
 * +- Filter (id &lt; 9 AND llm(text) &gt; 0)    +- Filter (r &gt; 0)
 *    +- table                             +- ModelCalls [llm(text) AS r]
 *                                            +- Filter (id &lt; 9)
 *                                               +- Project [id, text]
 *                                                  +- table
 * </pre>
 *
 * <p>It runs after Spark has moved filters and dropped columns. A deterministic call of a filter is
 * not computed again by the projection above it; {@link LimitBelowCalls} has limits.
 */
public final class ExtractModelCalls extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return rewrite(plan);
  }

  private LogicalPlan rewrite(LogicalPlan plan) {
    LogicalPlan prepared = plan;
    if (plan instanceof Aggregate aggregate) {
      prepared = above(aggregate);
    }
    if (prepared instanceof Project project && project.child() instanceof Filter filter) {
      prepared = pruned(project, filter);
    }
    LogicalPlan node = prepared.mapChildren(this::rewrite);
    if (node instanceof Project project) {
      return project(project);
    }
    if (node instanceof Filter filter) {
      return filter(filter);
    }
    if (node instanceof LocalLimit limit) {
      return LimitBelowCalls.of(limit);
    }
    if (node instanceof GlobalLimit limit) {
      return LimitBelowCalls.of(limit);
    }
    if (!(node instanceof ModelCalls)) {
      new ModelCallCheck().apply(node);
    }
    return node;
  }

  private static LogicalPlan project(Project project) {
    List<Expression> list = new ArrayList<>();
    CollectionConverters.asJava(project.projectList()).forEach(each -> list.add((Expression) each));
    if (list.stream().noneMatch(Expressions::hasCall)) {
      return project;
    }
    Extraction extraction = new Extraction(list, project.child(), List.of());
    extraction.reuse();
    extraction.run();
    List<NamedExpression> named = new ArrayList<>();
    extraction.expressions.forEach(each -> named.add((NamedExpression) each));
    return new Project(Lists.seq(named), extraction.child);
  }

  private static LogicalPlan filter(Filter filter) {
    if (!Expressions.hasCall(filter.condition())) {
      return filter;
    }
    List<Expression> cheap = new ArrayList<>();
    List<Expression> costly = new ArrayList<>();
    for (Expression each : conjuncts(filter.condition())) {
      (each.deterministic() && !Expressions.hasCall(each) ? cheap : costly).add(each);
    }
    LogicalPlan child = filter.child();
    if (!cheap.isEmpty()) {
      child = new Filter(cheap.stream().reduce(And::new).orElseThrow(), child);
    }
    List<Attribute> output = CollectionConverters.asJava(filter.output());
    Extraction extraction =
        new Extraction(List.of(costly.stream().reduce(And::new).orElseThrow()), child, output);
    extraction.run();
    return new Project(
        Lists.<NamedExpression>seq(output),
        new Filter(extraction.expressions.get(0), extraction.child));
  }

  /** Keeps a filter's calls from carrying columns that nobody above it reads. */
  private static Project pruned(Project project, Filter filter) {
    if (!Expressions.hasCall(filter.condition())) {
      return project;
    }
    AttributeSet read = project.references().$plus$plus(filter.references());
    LogicalPlan child = only(read, filter.child());
    return child == filter.child()
        ? project
        : new Project(project.projectList(), new Filter(filter.condition(), child));
  }

  /** Spark merges a projection into the aggregate below it: calls of its results come out again. */
  private static LogicalPlan above(Aggregate aggregate) {
    List<NamedExpression> list = CollectionConverters.asJava(aggregate.aggregateExpressions());
    if (list.stream().noneMatch(each -> Expressions.hasCall((Expression) each))) {
      return aggregate;
    }
    List<Expression> grouping = CollectionConverters.asJava(aggregate.groupingExpressions());
    List<NamedExpression> kept = new ArrayList<>();
    List<NamedExpression> projected = new ArrayList<>();
    for (NamedExpression each : list) {
      if (!Expressions.hasCall((Expression) each)) {
        kept.add(each);
        projected.add(each.toAttribute());
        continue;
      }
      projected.add(
          (NamedExpression)
              Expressions.replace((Expression) each, part -> ofAggregate(part, grouping, kept)));
    }
    return new Project(
        Lists.seq(projected),
        new Aggregate(
            aggregate.groupingExpressions(), Lists.seq(kept), aggregate.child(), aggregate.hint()));
  }

  private static @Nullable Expression ofAggregate(
      Expression part, List<Expression> grouping, List<NamedExpression> kept) {
    boolean belongs =
        part instanceof AggregateExpression || grouping.stream().anyMatch(part::semanticEquals);
    if (!belongs) {
      return null;
    }
    ModelCallCheck.refuse(part, "an aggregate");
    NamedExpression named =
        part instanceof NamedExpression already
            ? already
            : new Alias(
                part,
                "aggregated",
                NamedExpression.newExprId(),
                Lists.seq(),
                Option.empty(),
                Lists.seq());
    kept.add(named);
    return named.toAttribute();
  }

  private static boolean isOfFilter(Project project) {
    return project.child() instanceof Filter filter
        && filter.child() instanceof ModelCalls
        && CollectionConverters.asJava(project.projectList()).stream()
            .allMatch(each -> each instanceof Attribute);
  }

  private static Map<Expression, Attribute> results(LogicalPlan plan) {
    Map<Expression, Attribute> results = new HashMap<>();
    LogicalPlan at = plan;
    while (at instanceof ModelCalls calls) {
      for (int i = 0; i < calls.calls().size(); i++) {
        if (calls.calls().apply(i).deterministic()) {
          results.put(calls.calls().apply(i).canonicalized(), calls.results().apply(i));
        }
      }
      at = calls.child();
    }
    return results;
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> parts = new ArrayList<>(conjuncts(and.left()));
    parts.addAll(conjuncts(and.right()));
    return parts;
  }

  private static LogicalPlan only(AttributeSet read, LogicalPlan child) {
    List<NamedExpression> kept = new ArrayList<>();
    for (Attribute each : CollectionConverters.asJava(child.output())) {
      if (read.contains(each)) {
        kept.add(each);
      }
    }
    return kept.size() == child.output().size() ? child : new Project(Lists.seq(kept), child);
  }

  /** Pulls calls out of expressions, the innermost first, until none is left. */
  private static final class Extraction {

    private final List<Attribute> alsoRead;
    private List<Expression> expressions;
    private LogicalPlan child;

    Extraction(List<Expression> expressions, LogicalPlan child, List<Attribute> alsoRead) {
      this.expressions = expressions;
      this.child = child;
      this.alsoRead = alsoRead;
    }

    /** Takes what a filter below has computed already. */
    void reuse() {
      if (child instanceof Project restored && isOfFilter(restored)) {
        Map<Expression, Attribute> known = results(((Filter) restored.child()).child());
        List<Expression> reused =
            expressions.stream()
                .map(each -> Expressions.replace(each, e -> known.get(e.canonicalized())))
                .toList();
        if (!reused.equals(expressions)) {
          expressions = reused;
          child = restored.child();
        }
      }
    }

    void run() {
      List<Expression> all = new ArrayList<>(expressions);
      all.addAll(alsoRead);
      child = only(AttributeSet$.MODULE$.apply(CollectionConverters.asScala(all)), child);
      while (expressions.stream().anyMatch(Expressions::hasCall)) {
        Map<ModelCall, Attribute> columns = new LinkedHashMap<>();
        for (Expression expression : expressions) {
          for (ModelCall call : Expressions.innermostCalls(expression)) {
            columns.computeIfAbsent(call, Expressions::column);
          }
        }
        child =
            new ModelCalls(
                Lists.<Expression>seq(new ArrayList<>(columns.keySet())),
                Lists.seq(new ArrayList<>(columns.values())),
                child);
        expressions =
            expressions.stream()
                .map(
                    each ->
                        Expressions.replace(
                            each, e -> e instanceof ModelCall call ? columns.get(call) : null))
                .toList();
      }
    }
  }
}
