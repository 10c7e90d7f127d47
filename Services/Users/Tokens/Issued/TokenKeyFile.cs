using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>
/// The file of the keys that sign tokens, newest first, a line each: id (8 hexadecimal digits), when it was made, secret (64 hexadecimal
/// digits). The first signs, all verify. Only its owner can read it.
/// </summary>
internal static class TokenKeyFile
{
    /// <summary>Keys in one file; more than rotation ever leaves.</summary>
    public const int KeysMax = 64;

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Reads the keys, newest first.</summary>
    /// <exception cref="StoreException">The file cannot be read, or holds something else.</exception>
    public static IReadOnlyList<TokenKey> Read(string file)
    {
        try
        {
            var keys = File.ReadLines(file).Where(static line => !string.IsNullOrWhiteSpace(line)).Select(line => Parse(file, line)).ToList();
            return keys.Count is > 0 and <= KeysMax && keys.DistinctBy(static key => key.Id).Count() == keys.Count ? keys : throw Unreadable(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The token keys {file} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Makes a file with one fresh key, unless there is a file already.</summary>
    public static void Ensure(string file, TimeProvider time)
    {
        if (!File.Exists(file))
            Write(file, [Fresh(time)], replace: false);
    }

    /// <summary>
    /// Adds a new first key, and drops those that no token can be signed with any more that is still good. Answers what was added and what
    /// dropped. Nobody is logged out by it: tokens that are out stay good for their time.
    /// </summary>
    /// <param name="file">The file; made if there is none.</param>
    /// <param name="goodFor">How long a token is good at most, clocks apart included.</param>
    /// <param name="time">What time it is.</param>
    public static (TokenKey Added, IReadOnlyList<TokenKey> Dropped) Rotate(string file, TimeSpan goodFor, TimeProvider time)
    {
        var added = Fresh(time);
        var known = File.Exists(file) ? Read(file) : [];

        // A key signed its last token when the next one was made.
        var kept = known.Where((_, i) => i == 0 || known[i - 1].Made + goodFor > added.Made).Take(KeysMax - 1).ToList();
        Write(file, [added, .. kept], replace: true);
        return (added, [.. known.Except(kept)]);
    }

    private static TokenKey Fresh(TimeProvider time) => new(
        BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))), time.GetUtcNow(), RandomNumberGenerator.GetBytes(TokenKey.SecretBytes));

    private static TokenKey Parse(string file, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 3
            && uint.TryParse(words[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            && DateTimeOffset.TryParseExact(words[1], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made)
            && words[2].Length == TokenKey.SecretBytes * 2 && words[2].All(char.IsAsciiHexDigit) && words[2].Any(static digit => digit != '0')
            ? new TokenKey(id, made, Convert.FromHexString(words[2]))
            : throw Unreadable(file);
    }

    // Whole or not at all, also for who reads it meanwhile.
    private static void Write(string file, IReadOnlyList<TokenKey> keys, bool replace)
    {
        var text = string.Concat(keys.Select(static key => string.Create(
            CultureInfo.InvariantCulture, $"{key.Id:x8} {key.Made.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)} {Convert.ToHexStringLower(key.Secret)}\n")));
        var fresh = $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(fresh, options))
            {
                stream.Write(Encoding.ASCII.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            // Who may read it stays as it was arranged.
            if (replace && File.Exists(file) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(fresh, File.GetUnixFileMode(file));
            File.Move(fresh, file, overwrite: replace);
        }
        catch (IOException) when (!replace && File.Exists(file))
        {
            File.Delete(fresh); // Another process made it first; its keys are the keys.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The token keys {file} cannot be written: {failure.Message}", failure);
        }
    }

    private static StoreCorruptException Unreadable(string file) => new(
        $"{file} does not hold token keys: a line each with id, time and {TokenKey.SecretBytes * 2} hexadecimal digits is needed; sametime token rotate makes such a file.");
}
