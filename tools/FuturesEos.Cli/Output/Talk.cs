namespace FuturesEos.Cli.Output;

/// <summary>What the command says to its user: on stderr, so that stdout carries data only.</summary>
internal static class Talk
{
    /// <summary>Whether failures come with their stack trace: for whoever repairs this product.</summary>
    public static bool IsVerbose => Environment.GetEnvironmentVariable("EOS_VERBOSE") == "1";

    /// <summary>Says a line.</summary>
    public static void Line(string text) => Console.Error.WriteLine(text);

    /// <summary>Says what is wrong and what to do, in one sentence.</summary>
    public static void Error(string sentence) => Console.Error.WriteLine("eos: " + sentence);
}
