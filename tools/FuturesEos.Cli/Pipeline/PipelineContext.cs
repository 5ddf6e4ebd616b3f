using System.CommandLine;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.Cli.Pipeline;

/// <summary>
/// The pipeline that a command talks to: as its options say, else the environment, else the run file of <c>up</c> in
/// the data folder.
/// </summary>
internal sealed class PipelineContext
{
    private PipelineContext(string dataFolder, RunFile? running, string? bootstrapServers, string? postgres)
    {
        (DataFolder, Running) = (dataFolder, running);
        (OwnBootstrapServers, OwnPostgres) = (bootstrapServers, postgres);
    }

    /// <summary>The data folder, absolute.</summary>
    public string DataFolder { get; }

    /// <summary>The pipeline that <c>up</c> runs in the data folder; none when none runs.</summary>
    public RunFile? Running { get; }

    /// <summary>Where Kafka is, with the settings of <c>Kafka__*</c>.</summary>
    /// <exception cref="ExpectedFailure">Nobody said, and no pipeline runs here (exit code 3).</exception>
    public KafkaSettings Kafka => KafkaAt(
        OwnBootstrapServers ?? Running?.BootstrapServers ?? throw NothingRuns("--bootstrap-servers HOST:PORT"));

    /// <summary>Whether anybody said where the database is.</summary>
    public bool HasPostgres => (OwnPostgres ?? Running?.Postgres) is not null;

    /// <summary>Npgsql connection string of the pipeline's database: not for printing.</summary>
    /// <exception cref="ExpectedFailure">Nobody said, and no pipeline runs here (exit code 3).</exception>
    public string Postgres => OwnPostgres ?? Running?.Postgres ?? throw NothingRuns("--postgres CONNECTION_STRING");

    /// <summary>The brokers that the user named, by option or environment; none: named none.</summary>
    public string? OwnBootstrapServers { get; }

    /// <summary>The database that the user named, by option or environment: not for printing.</summary>
    public string? OwnPostgres { get; }

    private static IConfiguration Configuration => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>From a command's options; see <see cref="PipelineOptions.FindsPipeline"/>.</summary>
    public static PipelineContext From(ParseResult parsed) => From(
        parsed.GetValue(PipelineOptions.BootstrapServers),
        parsed.GetValue(PipelineOptions.Postgres),
        parsed.GetValue(PipelineOptions.Data));

    /// <summary>From values of options; null: not given.</summary>
    public static PipelineContext From(string? bootstrapServers, string? postgres, string? data)
    {
        bootstrapServers ??= NotEmpty(Configuration["ConnectionStrings:kafka"]);
        postgres ??= NotEmpty(Configuration["ConnectionStrings:futures"]);
        if (postgres is not null) PostgresSettings.From(postgres, ""); // refuses what is none
        var folder = DataFolderOf(data);
        return new PipelineContext(folder, RunFile.ReadRunning(folder), bootstrapServers, postgres);
    }

    /// <summary>The data folder that an option means, absolute.</summary>
    public static string DataFolderOf(string? data) =>
        Path.GetFullPath(data ?? Path.Combine(Installation.Root, ".eos"));

    /// <summary>A Kafka address, with the settings of <c>Kafka__*</c>.</summary>
    public static KafkaSettings KafkaAt(string bootstrapServers) => KafkaSettings.From(bootstrapServers, Configuration);

    /// <summary>The failure of a command that needs a running pipeline where none is.</summary>
    public ExpectedFailure NothingRuns(string orOption) => ExpectedFailure.Unreachable(
        $"no pipeline runs in {DataFolder}; start one with 'eos up', or give {orOption}");

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
