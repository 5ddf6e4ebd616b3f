using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults.Kafka;

/// <summary>Asks whether a broker is there, and says what is waited for while none is.</summary>
public static class KafkaProbe
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(3);

    /// <summary>The cluster's metadata, as soon as a broker gives it.</summary>
    /// <exception cref="ExpectedFailure">None did within <paramref name="patience"/>.</exception>
    public static async Task<Metadata> WaitForBrokerAsync(
        IAdminClient admin,
        KafkaSettings settings, TimeSpan patience, ILogger logger, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // the client's call blocks: not on a thread that others need
                return await Task.Run(() => admin.GetMetadata(AskEvery), cancellationToken);
            }
            catch (KafkaException e)
            {
                if (Stopwatch.GetElapsedTime(start) >= patience)
                    throw ExpectedFailure.Unreachable(
                        $"no Kafka broker answers at {settings.BootstrapServers} ({e.Error.Reason}); "
                        + "start one with 'eos up', or correct --bootstrap-servers", e);
                if (attempt == 1) logger.WaitingForKafka(settings.BootstrapServers, e.Error.Reason);
            }

            await Task.Delay(200, cancellationToken);
        }
    }
}
