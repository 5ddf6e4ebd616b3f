namespace FuturesEos.Cli.Output;

/// <summary>What the command says to its user: on stderr, so that stdout carries data only.</summary>
internal static class Talk
{
    /// <summary>Whether failures come with their stack trace: for whoever repairs this product.</summary>
    public static bool IsVerbose => Environment.GetEnvironmentVariable("EOS_VERBOSE") == "1";

    /// <summary>Says a line.</summary>
    public static void Line(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (IOException)
        {
            // a full disk below stderr: what cannot be said is no reason to stop
        }
    }

    /// <summary>Says what is wrong and what to do, in one sentence.</summary>
    public static void Error(string sentence) => Line("eos: " + sentence);
}
