"""Calls the SQL functions from PySpark; PySparkTest runs it and reads what it prints.

Run: python3 sql_functions_pyspark.py CLASS_PATH
"""

import sys

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql.functions import call_function, col, expr, lit


def main(class_path):
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.extraClassPath", class_path)
        .config("spark.sql.extensions", "org.silotune.udf.SiloTuneExtensions")
        .config("spark.silotune.model", "tiny")
        .getOrCreate()
    )
    rows = spark.createDataFrame([(i, f"Call {i} at +49 30 90182{i}") for i in range(8)], ["id", "text"])

    redacted = rows.select(call_function("redact_pii", col("text")).alias("t"))
    print("redacted", redacted.first().t, sep="\t")
    print("rouge", spark.sql("SELECT rouge_l('the cat sat', 'the cat lay')").first()[0], sep="\t")

    scored = rows.withColumn("p", expr("llm_perplexity(text)")).where("id < 4")
    print("scored", sum(row.p > 1 for row in scored.collect()), sep="\t")
    answers = rows.withColumn("a", call_function("llm_generate", "text", expr("map('max_new_tokens', '3')")))
    print("answered", answers.where(col("a").isNotNull()).count(), sep="\t")

    try:
        rows.select(call_function("llm_embed", lit("a"), expr("map('modell', 'tiny')")))
    except AnalysisException as error:
        print("refused", error.getMessageParameters()["errorMessage"], sep="\t")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
