namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>A connection to a directory is of no more use: it could not be made, broke, or said what it must not.</summary>
internal sealed class LdapException(string message, Exception? inner = null) : Exception(message, inner);
