using System.Diagnostics;
using Confluent.Kafka;

namespace FuturesEos.Benchmarks.Support;

/// <summary>Waiting for what a program that was started brings up.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">It is not so after 60 s.</exception>
    public static async Task ForAsync(Func<bool> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(50))
        {
            try
            {
                if (condition()) return;
            }
            catch (KafkaException)
            {
                // not up yet
            }
        }

        throw new TimeoutException($"{what} is not there after {Patience.TotalSeconds:0} s");
    }
}
