using Confluent.Kafka;
using FuturesEos.Cli.Commands;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using Npgsql;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>
/// <c>eos verify --follow</c>: a line a round until it is interrupted; a later run goes on where this one was.
/// </summary>
internal sealed class FollowRun(
    KafkaSettings kafka, string postgres, VerifyOptions options, TimeSpan every, string file, bool asJson)
{
    /// <summary>Follows.</summary>
    /// <returns>0 if nothing was ever different, 1 otherwise.</returns>
    /// <exception cref="ExpectedFailure">The pipeline cannot be reached at the start, or is not the one that was
    /// followed.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        VerifyReport? report = null;
        try
        {
            while (true)
            {
                try
                {
                    await FollowAsync(latest => report = latest, cancellation);
                }
                catch (Exception away)
                    when (report is not null && IsAway(away) && !cancellation.IsCancellationRequested)
                {
                    // half a round is none: from what was saved
                    Talk.Line($"waiting: {ServiceHost.Explain(away).Message}");
                    await Task.Delay(every, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && report is not null)
        {
            if (!asJson) VerifyCommand.Print(report);
            return report.ExactlyOnce ? ExitCode.Ok : ExitCode.CheckFailed;
        }
    }

    private async Task FollowAsync(Action<VerifyReport> tell, CancellationToken cancellation)
    {
        var state = FollowState.Load(file, options) ?? new FollowState(new FollowCheck(options));
        using var offsets = await TopicOffsets.OpenAsync(kafka, cancellation);
        var follower = new Follower(kafka, offsets, postgres, options, state);
        while (true)
        {
            var report = await follower.RoundAsync(cancellation);
            state.Save(file, options);
            tell(report);
            Print(report);
            await Task.Delay(every, cancellation);
        }
    }

    private static bool IsAway(Exception failure) => failure is KafkaException or NpgsqlException or TimeoutException
        or IOException
        or ExpectedFailure { ExitCode: ExitCode.Unreachable or ExitCode.TimedOut };

    private void Print(VerifyReport report)
    {
        if (asJson)
        {
            Json.Print(report);
            return;
        }

        var (signals, decisions, events) = report.InFlight;
        Console.Out.WriteLine(
            $"{report.Signals.Read} signals, {report.Decisions.Committed} decisions, {report.Orders.Rows} orders, "
                + $"{report.Events.Committed} events;"
            + $" in flight {signals}/{decisions}/{events}; "
            + $"{(report.ExactlyOnce ? "exactly once" : $"NOT exactly once: {report.DifferenceCount} differences")}");
    }
}
