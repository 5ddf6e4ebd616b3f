using System.Runtime.CompilerServices;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>Waits for a condition, asked again and again until a deadline: the only way a test waits.</summary>
internal static class Eventually
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until it is true.</summary>
    public static Task True(
        Func<bool> condition,
        Deadline? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        True(() => Task.FromResult(condition()), deadline, what);

    /// <summary>Waits until it is true.</summary>
    public static async Task True(
        Func<Task<bool>> condition,
        Deadline? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var until = deadline ?? Deadline.In(Deadline.Usual);
        while (!await condition())
        {
            if (until.IsOver) Assert.Fail($"not within {until}: {what}");
            await Task.Delay(AskEvery);
        }
    }

    /// <summary>Waits until it is true, or the deadline is over: whether it became true.</summary>
    public static async Task<bool> Happens(Func<Task<bool>> condition, Deadline deadline)
    {
        while (!await condition())
        {
            if (deadline.IsOver) return false;
            await Task.Delay(AskEvery);
        }

        return true;
    }

    /// <summary>Waits until the value is the expected one; fails with the last value seen.</summary>
    public static async Task Equal<T>(
        T expected,
        Func<Task<T>> value,
        Deadline? deadline = null,
        [CallerArgumentExpression(nameof(value))] string what = "")
    {
        var until = deadline ?? Deadline.In(Deadline.Usual);
        while (true)
        {
            var actual = await value();
            if (EqualityComparer<T>.Default.Equals(expected, actual)) return;
            if (until.IsOver) Assert.Fail($"not within {until}: {what} was {actual}, expected {expected}");
            await Task.Delay(AskEvery);
        }
    }

    /// <summary>Waits until there is a value, and gives it.</summary>
    public static async Task<T> NotNull<T>(
        Func<Task<T?>> value,
        Deadline? deadline = null,
        [CallerArgumentExpression(nameof(value))] string what = "")
        where T : class
    {
        var until = deadline ?? Deadline.In(Deadline.Usual);
        while (true)
        {
            if (await value() is { } there) return there;
            if (until.IsOver) Assert.Fail($"not within {until}: {what} gave nothing");
            await Task.Delay(AskEvery);
        }
    }
}
