using System.Security.Cryptography;

namespace Sametime.Compose.Hosting;

/// <summary>A secret that processes of one community share, as hexadecimal digits in a file that only its owner can read.</summary>
/// <param name="what">What it is called in errors.</param>
internal sealed class KeyFile(string what)
{
    /// <summary>Bytes of a fresh key.</summary>
    public const int KeyBytes = 32;

    /// <summary>What components of the community prove themselves with to each other.</summary>
    public static KeyFile OfLinks { get; } = new("link key");

    /// <summary>What the store's personal data is sealed with, by way of the keys of persons.</summary>
    public static KeyFile OfStore { get; } = new("store key");

    /// <summary>Reads the key; makes a new file with a fresh one where there is none and <paramref name="create"/> is set.</summary>
    public byte[] Read(string file, bool create)
    {
        if (create && !File.Exists(file))
        {
            Write(file, RandomNumberGenerator.GetBytes(KeyBytes));
        }

        string text;
        try
        {
            text = File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"cannot read the {what} {file}: {e.Message}");
        }

        try
        {
            var key = Convert.FromHexString(text);

            // HMAC pads with zeros, so a key of zeros would be as good as none.
            return key.Length >= KeyBytes && key.AsSpan().ContainsAnyExcept((byte)0) ? key : throw new FormatException();
        }
        catch (FormatException)
        {
            throw new CommandException(ExitCode.Usage, $"{file} does not hold a {what}: {KeyBytes * 2} hexadecimal digits or more are needed, not all of them 0");
        }
    }

    private static void Write(string file, byte[] key)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var stream = new FileStream(file, options);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(key)));
            stream.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process of this community made it first; its key is the key.
        }
    }
}
