using System.Globalization;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.SignalGenerator;

/// <summary>When the next signal is due, on a clock that starts with the first one.</summary>
/// <param name="time">The clock.</param>
/// <param name="turned">Told at least every few seconds while it waits: the loop turns.</param>
internal sealed class Pace(TimeProvider time, Action turned)
{
    /// <summary>
    /// A sender that fell further behind than this (a suspended machine) goes on from now instead of catching up.
    /// </summary>
    private static readonly TimeSpan LagMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TurnEvery = TimeSpan.FromSeconds(5);

    private long _start = time.GetTimestamp();

    /// <summary>Reads <c>60x</c> or <c>60</c>.</summary>
    /// <exception cref="ExpectedFailure">It is no number above 0.</exception>
    public static double ParseSpeed(string text)
    {
        var number = text.EndsWith('x') ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed)
            && speed is > 0 and < 1e9
            ? speed
            : throw ExpectedFailure.Usage($"--speed: '{text}' is not a number above 0 such as 60x");
    }

    /// <summary>Waits until that long after the start; not at all when it is over.</summary>
    public async Task WaitUntilAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        turned();
        while (due - time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < TurnEvery ? left : TurnEvery, time, cancellationToken);
            turned();
        }
    }

    /// <summary>Moves the start when the sender fell far behind.</summary>
    public void ForgiveLag(TimeSpan due)
    {
        var lag = time.GetElapsedTime(_start) - due;
        if (lag > LagMax) _start += (long)(lag.TotalSeconds * time.TimestampFrequency);
    }
}
