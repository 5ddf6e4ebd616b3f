using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// Brings the database to this version before its users start; repeated when the database dies meanwhile.
/// </summary>
internal static class Migration
{
    private const int AttemptsMax = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs <c>migrate</c> until it succeeded.</summary>
    /// <exception cref="ExpectedFailure">It did not, at any attempt.</exception>
    public static async Task RunAsync(ServicePlan plan, string logFolder, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var part = new ServicePart(plan with { Name = "migrate" }, logFolder);
            await part.StartAsync(cancellation);
            RunEnd end;
            try
            {
                end = await part.Ended.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                await part.StopAsync();
                throw;
            }

            if (end.ExitCode == ExitCode.Ok) return;
            if (attempt == AttemptsMax || end.ExitCode == ExitCode.Usage)
                throw new ExpectedFailure(
                    end.ExitCode, $"the database could not be brought to this version: migrate {end.Reason}");
            await Task.Delay(Pause, cancellation);
        }
    }
}
