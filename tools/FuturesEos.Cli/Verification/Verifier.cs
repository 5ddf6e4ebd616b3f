using System.Runtime;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>Verifies a pipeline: waits when asked to, takes a snapshot, reconciles.</summary>
internal static class Verifier
{
    /// <summary>The report; its differences are the caller's to judge.</summary>
    /// <param name="kafka">Where Kafka is.</param>
    /// <param name="postgres">Npgsql connection string of the pipeline's database.</param>
    /// <param name="options">The pipeline's settings.</param>
    /// <param name="wait">How long to wait for the pipeline to be quiet; null: not at all.</param>
    /// <param name="countAborted">Whether to read the outputs once more, for what was not committed.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ExpectedFailure">Something cannot be reached, or did not become quiet in time.</exception>
    public static async Task<VerifyReport> RunAsync(
        KafkaSettings kafka,
        string postgres,
        VerifyOptions options,
        TimeSpan? wait,
        bool countAborted,
        CancellationToken cancellationToken)
    {
        using var offsets = await TopicOffsets.OpenAsync(kafka, cancellationToken);
        if (wait is { } longest)
            await new QuietWait(kafka, offsets, postgres, options).RunAsync(longest, cancellationToken);
        using var snapshot = await new SnapshotTaker(kafka, offsets, postgres, options).TakeAsync(cancellationToken);

        // reading blocks in the client: on a thread of its own
        return await Task.Factory.StartNew(
            () =>
            {
                // nobody waits for this process between collections: smaller, not smoother
                GCSettings.LatencyMode = GCLatencyMode.Batch;
                var report = Reconciler.Run(snapshot, options);
                return countAborted
                    ? report with
                    {
                        AbortedRecords =
                        snapshot.CountAborted([options.DecisionTopic, options.DeadLetterTopic, Topics.Orders])
                    }
                    : report;
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
